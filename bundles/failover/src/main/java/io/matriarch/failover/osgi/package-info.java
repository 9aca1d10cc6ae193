/** The component that puts the agent into the framework. */
@NullMarked
package io.matriarch.failover.osgi;

import org.jspecify.annotations.NullMarked;
