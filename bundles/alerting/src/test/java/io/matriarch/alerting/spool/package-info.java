@NullMarked
package io.matriarch.alerting.spool;

import org.jspecify.annotations.NullMarked;
