/** YAML to trees that know their lines. */
@NullMarked
package io.matriarch.config.yaml;

import org.jspecify.annotations.NullMarked;
