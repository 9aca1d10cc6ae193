/** This host: its files, volumes, certificates, and our own process. */
@NullMarked
package io.matriarch.monitor.host;

import org.jspecify.annotations.NullMarked;
