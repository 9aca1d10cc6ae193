/** HAProxy beside this node, by its page of statistics. */
@NullMarked
package io.matriarch.monitor.haproxy;

import org.jspecify.annotations.NullMarked;
