@NullMarked
package io.matriarch.alerting.json;

import org.jspecify.annotations.NullMarked;
