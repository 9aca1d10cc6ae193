/** Certificates for tests. */
@NullMarked
package io.matriarch.pki;

import org.jspecify.annotations.NullMarked;
