package io.matriarch.management.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Identity;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A test of the command line holds the other column. */
@DisplayName("The table of docs/jmx.md that says how each command is done by JMX")
class CommandTableTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z -]+)` \\| (.+) \\|");
    private static final Pattern NAME = Pattern.compile("`([A-Za-z]+)\\.([A-Za-z]+)`");

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();

    @Test
    @DisplayName("names only what exists, and gives a reason where there is nothing")
    void names() throws Exception {
        var known = known();
        int rows = 0;
        var lines =
                Files.readAllLines(Path.of("../../docs/jmx.md")).stream()
                        .dropWhile(line -> !line.startsWith("## The same as by matriarchctl"))
                        .skip(4) // what it is about, and the head of the table
                        .dropWhile(line -> !line.startsWith("|---"))
                        .toList();
        for (var line : lines) {
            var row = ROW.matcher(line);
            if (!row.matches()) continue;
            rows++;
            var names = new ArrayList<String>();
            var name = NAME.matcher(row.group(2));
            while (name.find()) names.add(name.group(1) + "." + name.group(2));
            if (names.isEmpty())
                assertThat(row.group(2)).as(row.group(1)).startsWith("- ").hasSizeGreaterThan(10);
            assertThat(known).as("of matriarchctl " + row.group(1)).containsAll(names);
        }
        assertThat(rows).isGreaterThan(50);
    }

    private TreeSet<String> known() throws Exception {
        var known = new TreeSet<String>();
        try (var _ =
                new MBeans(
                        server,
                        new FakeNeighbours(),
                        new FakeBundles(),
                        new Identity("main", "n1", "0.1.0"),
                        InstantSource.system(),
                        System::nanoTime)) {
            for (var name : server.queryNames(new ObjectName("io.matriarch:*"), null)) {
                var info = server.getMBeanInfo(name);
                Stream.<MBeanFeatureInfo>concat(
                                Stream.of(info.getAttributes()), Stream.of(info.getOperations()))
                        .forEach(each ->
                                known.add(name.getKeyProperty("type") + "." + each.getName()));
            }
        }
        return known;
    }
}
