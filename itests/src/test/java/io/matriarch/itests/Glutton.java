package io.matriarch.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle that takes all the memory there is. Public, with what the framework calls. */
public final class Glutton implements BundleActivator {
    private static final String CLASS = "io/matriarch/itests/Glutton.class";
    private static final String PLACE = "/opt/matriarch/bundles/app/glutton.jar";

    private final List<byte[]> eaten = new ArrayList<>();

    /** It leaves the folder first, so that the next agent goes without it. */
    @Override
    public void start(BundleContext context) throws IOException {
        Files.deleteIfExists(Path.of(URI.create(context.getBundle().getLocation())));
        while (true) eaten.add(new byte[1 << 20]);
    }

    @Override
    public void stop(BundleContext context) {
        eaten.clear();
    }

    /** Drops it into a running agent. */
    static void into(Node node) {
        node.box().write("/tmp/glutton.base64", Base64.getEncoder().encodeToString(jar()));
        node.box()
                .sh(
                        "base64 -d /tmp/glutton.base64 >%1$s.new && chown postgres: %1$s.new && mv %1$s.new %1$s"
                                .formatted(PLACE))
                .orThrow();
    }

    private static byte[] jar() {
        var manifest = new Manifest();
        var headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "io.matriarch.itests.glutton");
        headers.putValue("Bundle-Activator", Glutton.class.getName());
        headers.putValue("Import-Package", "org.osgi.framework");
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, manifest);
                var code = Glutton.class.getResourceAsStream("/" + CLASS)) {
            if (code == null) throw new IOException(CLASS + " is not on the class path");
            jar.putNextEntry(new JarEntry(CLASS));
            code.transferTo(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
