/** JMX by JSON over HTTP, as Jolokia has it, before the gate that JMX itself has. */
@NullMarked
package io.matriarch.management.jolokia;

import org.jspecify.annotations.NullMarked;
