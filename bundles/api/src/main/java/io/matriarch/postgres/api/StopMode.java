package io.matriarch.postgres.api;

/**
 * @see <a href="https://www.postgresql.org/docs/current/server-shutdown.html">Shutting Down the
 *     Server</a>
 */
public enum StopMode {
    /** SIGINT: sessions are ended, a shutdown checkpoint is written. */
    FAST,
    /** SIGQUIT: everything ends at once, the next start recovers from WAL. */
    IMMEDIATE
}
