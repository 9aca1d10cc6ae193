/** The servlet behind /api/v1. */
@NullMarked
package io.matriarch.management.rest;

import org.jspecify.annotations.NullMarked;
