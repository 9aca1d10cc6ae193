/** The page Prometheus reads. */
@NullMarked
package io.matriarch.monitor.http;

import org.jspecify.annotations.NullMarked;
