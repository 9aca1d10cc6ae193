package io.matriarch.itests;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A running container with an address of its own.
 *
 * @param id Docker's
 * @param name its host name
 */
record Box(DockerClient docker, String id, String name, String address) {
    private static final int COMMAND_SECONDS = 180;

    /**
     * How a command in a container ended.
     *
     * @param output standard output, then standard error
     */
    record Outcome(int status, String output) {
        String orThrow() {
            if (status != 0) {
                throw new IllegalStateException("status " + status + ": " + output);
            }
            return output;
        }
    }

    /** Runs a shell script as root. */
    Outcome sh(String script) {
        return run("root", script);
    }

    /** Runs a shell script as an ordinary user of the container. */
    Outcome run(String user, String script) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        String exec =
                docker.execCreateCmd(id)
                        .withUser(user)
                        .withCmd("sh", "-c", script)
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .exec()
                        .getId();
        var callback =
                new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        (frame.getStreamType() == StreamType.STDERR ? err : out)
                                .writeBytes(frame.getPayload());
                    }
                };
        try (callback) {
            if (!docker.execStartCmd(exec)
                    .exec(callback)
                    .awaitCompletion(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        name + ": still running after " + COMMAND_SECONDS + " s: " + script);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Long status = docker.inspectExecCmd(exec).exec().getExitCodeLong();
        return new Outcome(
                status == null ? -1 : status.intValue(),
                out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8));
    }

    /** Writes a file, readable by everybody. */
    void write(String path, String content) {
        String encoded =
                Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        sh("mkdir -p $(dirname %s) && echo %s | base64 -d > %s".formatted(path, encoded, path))
                .orThrow();
    }

    /** The end of every process in it at once, as by a power cut. */
    void kill() {
        docker.killContainerCmd(id).exec();
    }

    /** Starts it again after {@link #kill()}; its files are as they were. */
    void start() {
        docker.startContainerCmd(id).exec();
    }

    void freeze() {
        docker.pauseContainerCmd(id).exec();
    }

    void thaw() {
        docker.unpauseContainerCmd(id).exec();
    }

    boolean running() {
        return Boolean.TRUE.equals(docker.inspectContainerCmd(id).exec().getState().getRunning());
    }
}
