/** What every store must keep to. */
@NullMarked
package io.matriarch.dcs;

import org.jspecify.annotations.NullMarked;
