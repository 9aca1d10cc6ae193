@NullMarked
package io.matriarch.alerting.mail;

import org.jspecify.annotations.NullMarked;
