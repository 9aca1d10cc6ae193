/** A repository in the pgBackRest format, over a storage. */
@NullMarked
package io.matriarch.backup.repository;

import org.jspecify.annotations.NullMarked;
