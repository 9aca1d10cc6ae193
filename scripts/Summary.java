import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Reads the reports that Maven's test plugins left and says what ran, what failed, and what did not run.
 *
 * <p>Usage: {@code java Summary.java WHY_NO_CONTAINERS [NOT_RUN...]}. Exit status 1 if a test failed, none ran, or a
 * test class of this tree has no report and no reason for that.
 */
final class Summary {
    private static final Pattern TEST_CLASS = Pattern.compile(".*(Test|Tests|IT)\\.java");

    private record Case(String suite, String name, String text) {
        @Override
        public String toString() {
            return suite + " > " + name + (text.isEmpty() ? "" : ": " + text);
        }
    }

    private static final class Tally {
        int tests;
        int failed;
        int skipped;
        double seconds;
    }

    private final Map<String, Tally> modules = new TreeMap<>();
    private final List<Case> failures = new ArrayList<>();
    private final List<Case> skips = new ArrayList<>();
    private final List<String> reported = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        String whyNoContainers = arguments.length > 0 ? arguments[0] : "";
        var summary = new Summary();
        for (Path report : files(Path.of("."), "glob:**/target/*-reports/TEST-*.xml")) {
            summary.read(report);
        }
        List<String> notRun = new ArrayList<>(List.of(arguments).subList(Math.min(1, arguments.length), arguments.length));
        boolean unexplained = summary.addMissing(notRun, whyNoContainers);
        System.exit(summary.print(notRun) && !unexplained ? 0 : 1);
    }

    private static List<Path> files(Path root, String glob) throws IOException {
        var matcher = root.getFileSystem().getPathMatcher(glob);
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).filter(matcher::matches).sorted().toList();
        }
    }

    private void read(Path report) throws Exception {
        var suite = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile()).getDocumentElement();
        String module = Path.of(".").relativize(report).toString().replaceAll("^\\./|/target/.*", "");
        reported.add(report.getFileName().toString().replaceAll("^TEST-|\\.xml$", ""));
        Tally tally = modules.computeIfAbsent(module, _ -> new Tally());
        tally.seconds += Double.parseDouble(suite.getAttribute("time").replace(",", ""));
        var cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            count(tally, (Element) cases.item(i));
        }
    }

    private void count(Tally tally, Element testCase) {
        tally.tests++;
        for (String kind : List.of("failure", "error", "skipped")) {
            var found = testCase.getElementsByTagName(kind);
            if (found.getLength() == 0) {
                continue;
            }
            var what = new Case(testCase.getAttribute("classname"), testCase.getAttribute("name"), beginning((Element) found.item(0)));
            if (kind.equals("skipped")) {
                tally.skipped++;
                skips.add(what);
            } else {
                tally.failed++;
                failures.add(what);
            }
            return;
        }
    }

    /** An assertion says on its second line what was there instead; where this is read there may be no other report. */
    private static String beginning(Element element) {
        String text = element.hasAttribute("message") ? element.getAttribute("message") : element.getTextContent();
        String lines = text.strip().lines().map(String::strip).filter(line -> !line.isEmpty()).limit(4).collect(Collectors.joining(" | "));
        return lines.isEmpty() ? "(no reason given)" : lines.length() > 500 ? lines.substring(0, 500) + " ..." : lines;
    }

    /** Adds each test class without a report to {@code notRun}; true if one of them has no reason. */
    private boolean addMissing(List<String> notRun, String whyNoContainers) throws IOException {
        boolean unexplained = false;
        for (Path source : files(Path.of("."), "glob:**/src/test/java/**.java")) {
            String file = source.getFileName().toString();
            if (!TEST_CLASS.matcher(file).matches() || Files.readString(source).contains("abstract class " + file.replace(".java", ""))) {
                continue;
            }
            String name = source.toString().replaceAll("^.*src/test/java/|\\.java$", "").replace('/', '.');
            if (reported.stream().anyMatch(r -> r.equals(name) || r.startsWith(name + "$"))) {
                continue;
            }
            boolean container = file.endsWith("IT.java");
            boolean known = container && !whyNoContainers.isEmpty();
            notRun.add(name + ": " + (known ? whyNoContainers : "its module was not built, see the log"));
            unexplained |= !known;
        }
        return unexplained;
    }

    private boolean print(List<String> notRun) {
        int tests = 0;
        int failed = 0;
        int skipped = 0;
        System.out.printf("%-24s %7s %7s %8s %9s%n", "module", "tests", "failed", "skipped", "seconds");
        for (var module : modules.entrySet()) {
            Tally tally = module.getValue();
            System.out.printf("%-24s %7d %7d %8d %9.1f%n", module.getKey(), tally.tests, tally.failed, tally.skipped, tally.seconds);
            tests += tally.tests;
            failed += tally.failed;
            skipped += tally.skipped;
        }
        list("failed", failures);
        list("skipped", skips);
        list("could not run", notRun);
        System.out.printf("%n%d passed, %d failed, %d skipped%n", tests - failed - skipped, failed, skipped);
        return failed == 0 && tests > 0;
    }

    private static void list(String title, List<?> lines) {
        if (!lines.isEmpty()) {
            System.out.printf("%n%s:%n", title);
            lines.forEach(line -> System.out.println("  - " + line));
        }
    }
}
