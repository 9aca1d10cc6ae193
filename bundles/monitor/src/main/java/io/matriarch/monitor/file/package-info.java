/** What is kept on this node's disk, in bounded space. */
@NullMarked
package io.matriarch.monitor.file;

import org.jspecify.annotations.NullMarked;
