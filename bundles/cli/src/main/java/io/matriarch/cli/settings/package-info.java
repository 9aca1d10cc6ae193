/** Where the members are and who we are to them. */
@NullMarked
package io.matriarch.cli.settings;

import org.jspecify.annotations.NullMarked;
