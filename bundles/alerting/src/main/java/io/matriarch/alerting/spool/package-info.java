/** Notices on disk until their receivers have taken them, and the work of delivering them. */
@NullMarked
package io.matriarch.alerting.spool;

import org.jspecify.annotations.NullMarked;
