/** MXBeans with texts, jobs for long operations, and the remote connector. */
@NullMarked
package io.matriarch.management.jmx;

import org.jspecify.annotations.NullMarked;
