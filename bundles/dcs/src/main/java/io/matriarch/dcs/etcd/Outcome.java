package io.matriarch.dcs.etcd;

import io.grpc.Status;

/** How one request to one endpoint ended. */
sealed interface Outcome<A> {
    record Answered<A>(A answer) implements Outcome<A> {}

    /**
     * @param sent false: the request never left, whatever happened
     */
    record Failed<A>(Status status, boolean sent) implements Outcome<A> {}
}
