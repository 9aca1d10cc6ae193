/** What can be asked and how it is checked: routes, parameters, texts. No I/O. */
@NullMarked
package io.matriarch.management.core;

import org.jspecify.annotations.NullMarked;
