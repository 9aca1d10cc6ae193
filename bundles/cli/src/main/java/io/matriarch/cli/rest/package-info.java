/** One HTTP exchange, its TLS, and the members it may be had with. */
@NullMarked
package io.matriarch.cli.rest;

import org.jspecify.annotations.NullMarked;
