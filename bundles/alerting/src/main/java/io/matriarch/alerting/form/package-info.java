/** Notices in the forms their receivers read: mail, JSON of several kinds. Pure text. */
@NullMarked
package io.matriarch.alerting.form;

import org.jspecify.annotations.NullMarked;
