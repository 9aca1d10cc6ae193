/** The component, and the look-up of tasks in the service registry. */
@NullMarked
package io.matriarch.schedule.osgi;

import org.jspecify.annotations.NullMarked;
