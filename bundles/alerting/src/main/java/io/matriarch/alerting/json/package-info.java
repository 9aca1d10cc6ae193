/** Records as JSON text, for the store, the disk and the wire. */
@NullMarked
package io.matriarch.alerting.json;

import org.jspecify.annotations.NullMarked;
