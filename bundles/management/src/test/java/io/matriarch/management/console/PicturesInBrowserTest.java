package io.matriarch.management.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pictures are left in {@code target/console} for somebody to look at. */
@Tag("long")
@DisplayName("The charts of an hour in which much happened")
class PicturesInBrowserTest extends InBrowser {
    private static final Path PICTURES = Path.of("target", "console");

    /**
     * Columns of a chart, in pixels from its left, in which a colour of the page is drawn top to
     * bottom.
     */
    private static final String COLUMNS =
            """
            (() => {
              const probe = document.createElement('i');
              probe.style.color = 'var(%s)';
              document.body.append(probe);
              const wanted = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
              probe.remove();
              const chart = document.querySelector('#charts canvas');
              if (chart === null) return -1;
              const canvas = document.createElement('canvas');
              canvas.width = chart.width;
              canvas.height = chart.height;
              canvas.getContext('2d', { willReadFrequently: true }).drawImage(chart, 0, 0);
              const picture = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let columns = 0;
              let before = false;
              for (let x = 0; x < canvas.width; x += 1) {
                let found = 0;
                for (let y = 0; y < canvas.height; y += 1) {
                  const i = 4 * (y * canvas.width + x);
                  if (picture.data[i + 3] > 100 && wanted.every((v, c) => Math.abs(v - picture.data[i + c]) < 40)) found += 1;
                }
                const marked = found > canvas.height / 4;
                if (marked && !before) columns += 1;
                before = marked;
              }
              return columns;
            })()
            """;

    private void lively() {
        member.answers.clear();
        member.answers.putAll(Lively.answers(member.origin(), Instant.now()));
        go();
        signIn();
        page.until("charts", "document.querySelectorAll('#charts canvas').length === 6");
        page.untilText("#events", "failover");
    }

    private void untilMarked(String colour, int columns) {
        page.until(
                columns + " marks in " + colour,
                COLUMNS.formatted(colour).strip() + " === " + columns);
    }

    @Test
    @DisplayName("have a mark for each event, in the colour of its kind, in light and in dark")
    void marks() throws IOException {
        lively();
        for (var scheme : List.of("light", "dark")) {
            page.scheme(scheme);
            for (var mark : Map.of("--bad", 2, "--warn", 2).entrySet())
                untilMarked(mark.getKey(), mark.getValue());
            page.value("document.querySelector('#charts-title').scrollIntoView()");
            page.picture(PICTURES.resolve("charts-" + scheme + ".png"), false);
            page.value("window.scrollTo(0, 0)");
            page.picture(PICTURES.resolve("lively-" + scheme + ".png"), true);
        }
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("fit a phone, and so do the questions")
    void phone() throws IOException {
        lively();
        page.size(390, 844, true);
        page.until("no part wider", "document.documentElement.scrollWidth <= 390");
        page.picture(PICTURES.resolve("lively-phone.png"), true);
        page.click("#expire");
        page.untilText("#shown", "20261101-010000F");
        page.picture(PICTURES.resolve("expire-phone.png"), false);
        page.click("#cancel");
        page.size(1280, 900, false);
        page.click("#expire");
        page.untilText("#shown", "20261101-010000F");
        page.picture(PICTURES.resolve("expire.png"), false);
        page.click("#cancel");
        page.click("#switchover");
        page.picture(PICTURES.resolve("switchover.png"), false);
        page.scheme("dark");
        page.picture(PICTURES.resolve("switchover-dark.png"), false);
        assertThat(page.complaints()).isEmpty();
    }
}
