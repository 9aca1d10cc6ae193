/**
 * The store port over etcd 3: jetcd's generated protocol on gRPC, and nothing that repeats a call
 * by itself.
 */
@NullMarked
package io.matriarch.dcs.etcd;

import org.jspecify.annotations.NullMarked;
