@NullMarked
package io.matriarch.alerting.form;

import org.jspecify.annotations.NullMarked;
