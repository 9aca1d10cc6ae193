package io.matriarch.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * Our bundle as it is built, and the libraries' own bundles; the rest comes from the class path.
 */
@DisplayName("Inside Felix")
class CodecInFrameworkTest {
    private static final Path CLASSES = Path.of("target/classes").toAbsolutePath();
    private static final List<String> LIBRARIES =
            List.of(
                    "com.github.luben.zstd.Zstd",
                    "net.jpountz.lz4.LZ4Factory",
                    "org.apache.commons.compress.compressors.CompressorInputStream",
                    "org.apache.commons.io.IOUtils");
    private static final Pattern CLAUSE =
            Pattern.compile("([\\w.]+)((?:;[\\w:-]+=(?:\"[^\"]*\"|[^,;\"]*))*)(?:,|$)");
    private static final Pattern FLOOR = Pattern.compile("version=\"?[\\[(]?([\\w.]+)");

    @TempDir Path cache;

    @Test
    @DisplayName("each compression works, with its native library")
    void roundTrips() throws Exception {
        var framework = framework();
        framework.start();
        try {
            for (var library : LIBRARIES) install(framework, jarOf(library));
            var bundle = install(framework, "reference:" + CLASSES.toUri());
            var content =
                    "natives load, and what was stored reads back. ".repeat(10_000).getBytes();
            for (var name : List.of("NONE", "GZ", "BZ2", "LZ4", "ZST"))
                assertThat(roundTrip(bundle, name, content)).as(name).isEqualTo(content);
            var lz4 =
                    bundle.loadClass("io.matriarch.backup.codec.Lz4Library")
                            .getDeclaredField("LZ4");
            lz4.setAccessible(true);
            assertThat(lz4.get(null).toString()).contains("JNI");
            assertThat(bundle.loadClass("net.jpountz.lz4.LZ4Factory").getClassLoader())
                    .isNotSameAs(getClass().getClassLoader());
        } finally {
            framework.stop();
            framework.waitForStop(60_000);
        }
    }

    private Framework framework() throws Exception {
        return ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(
                        Map.of(
                                Constants.FRAMEWORK_STORAGE, cache.toString(),
                                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, importsFromClassPath(),
                                // Our components are not started here, so nobody has to extend.
                                Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                                        "osgi.extender;osgi.extender=osgi.component;version:Version=1.5"));
    }

    /** What our bundle imports and the libraries do not export. */
    private static String importsFromClassPath() throws Exception {
        Manifest manifest;
        try (var in = CLASSES.resolve("META-INF/MANIFEST.MF").toUri().toURL().openStream()) {
            manifest = new Manifest(in);
        }
        var extra = new ArrayList<String>();
        var clauses = CLAUSE.matcher(manifest.getMainAttributes().getValue("Import-Package"));
        while (clauses.find()) {
            String name = clauses.group(1);
            if (LIBRARIES.stream().anyMatch(library -> library.startsWith(name + "."))
                    || name.startsWith("org.osgi.framework")
                    || name.startsWith("org.apache.commons")) continue;
            var floor = FLOOR.matcher(clauses.group(2));
            extra.add(floor.find() ? name + ";version=" + floor.group(1) : name);
        }
        return String.join(",", extra);
    }

    private static String jarOf(String className) throws Exception {
        return Class.forName(className)
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
    }

    private static Bundle install(Framework framework, String location) throws Exception {
        return framework.getBundleContext().installBundle(location);
    }

    private static byte[] roundTrip(Bundle bundle, String name, byte[] content) throws Exception {
        var codec = "io.matriarch.backup.codec.";
        var compression = constant(bundle.loadClass(codec + "Compression"), name);
        var form = constant(bundle.loadClass(codec + "Form"), "STANDARD");
        var out = new ByteArrayOutputStream();
        var pipelineType = bundle.loadClass(codec + "FilePipeline");
        try (var pipeline =
                (AutoCloseable)
                        pipelineType
                                .getConstructor(compression.getClass(), int.class, Optional.class)
                                .newInstance(compression, 1, Optional.empty())) {
            var source = ByteBuffer.wrap(content);
            store(pipelineType)
                    .invoke(
                            pipeline,
                            proxy(
                                    bundle,
                                    codec + "FilePipeline$Content",
                                    arguments -> read(source, arguments)),
                            (long) content.length,
                            form,
                            Optional.empty(),
                            proxy(bundle, codec + "Sink", arguments -> write(out, arguments)));
        }
        var open =
                bundle.loadClass(codec + "Decoding")
                        .getMethod(
                                "open",
                                InputStream.class,
                                compression.getClass(),
                                form.getClass(),
                                Optional.class);
        try (var in =
                (InputStream)
                        open.invoke(
                                null,
                                new ByteArrayInputStream(out.toByteArray()),
                                compression,
                                form,
                                Optional.empty())) {
            return in.readAllBytes();
        }
    }

    private static java.lang.reflect.Method store(Class<?> pipeline) {
        for (var method : pipeline.getMethods())
            if (method.getName().equals("store")) return method;
        throw new AssertionError("no method store in " + pipeline);
    }

    private static Object constant(Class<?> type, String name) {
        for (var constant : type.getEnumConstants())
            if (constant.toString().equals(name)) return constant;
        throw new AssertionError("no " + name + " in " + type);
    }

    private interface Call {
        Object with(ByteBuffer buffer);
    }

    private static Object proxy(Bundle bundle, String type, Call call) throws Exception {
        var loaded = bundle.loadClass(type);
        InvocationHandler handler = (_, _, arguments) -> call.with((ByteBuffer) arguments[0]);
        return Proxy.newProxyInstance(loaded.getClassLoader(), new Class<?>[] {loaded}, handler);
    }

    private static Object read(ByteBuffer source, ByteBuffer buffer) {
        if (!source.hasRemaining()) return -1;
        int length = Math.min(buffer.remaining(), source.remaining());
        buffer.put(source.slice(source.position(), length));
        source.position(source.position() + length);
        return length;
    }

    private static Object write(ByteArrayOutputStream out, ByteBuffer bytes) {
        while (bytes.hasRemaining()) out.write(bytes.get());
        return null;
    }
}
