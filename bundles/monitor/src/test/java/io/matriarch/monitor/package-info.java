/** Fixtures. */
package io.matriarch.monitor;
