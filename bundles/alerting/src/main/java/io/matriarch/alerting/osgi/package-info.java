/** The components: what is bound, and when it runs. */
@NullMarked
package io.matriarch.alerting.osgi;

import org.jspecify.annotations.NullMarked;
