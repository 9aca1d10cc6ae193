/** Programs, processes and files of the server beside us. */
@NullMarked
package io.matriarch.postgres.control;

import org.jspecify.annotations.NullMarked;
