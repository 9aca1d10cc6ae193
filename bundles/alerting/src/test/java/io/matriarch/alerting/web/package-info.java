@NullMarked
package io.matriarch.alerting.web;

import org.jspecify.annotations.NullMarked;
