/** The schema and the rules, pure: text in, settings and problems out. */
@NullMarked
package io.matriarch.config.core;

import org.jspecify.annotations.NullMarked;
