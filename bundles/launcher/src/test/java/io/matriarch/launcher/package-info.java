@org.jspecify.annotations.NullMarked
package io.matriarch.launcher;
