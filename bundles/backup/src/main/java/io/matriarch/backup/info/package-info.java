/** What lies in a repository, for people. */
@NullMarked
package io.matriarch.backup.info;

import org.jspecify.annotations.NullMarked;
