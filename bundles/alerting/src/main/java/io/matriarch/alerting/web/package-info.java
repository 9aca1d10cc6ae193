/** HTTP, and programs of this host. */
@NullMarked
package io.matriarch.alerting.web;

import org.jspecify.annotations.NullMarked;
