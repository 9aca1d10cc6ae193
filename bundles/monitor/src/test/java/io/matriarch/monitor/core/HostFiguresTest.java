package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.TextFormat;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the host tells")
class HostFiguresTest {
    private final HostFigures figures = new HostFigures();

    private interface Reading {
        void into(Samples out);
    }

    private static String page(Reading reading) {
        var out = new Samples(new Identity("c", "m"));
        reading.into(out);
        return TextFormat.PROMETHEUS.write(out.families());
    }

    private static String line(String name, String labels, String value) {
        return "matriarch_%s{cluster=\"c\",member=\"m\"%s} %s\n".formatted(name, labels, value);
    }

    @Test
    @DisplayName("a volume that fills steadily will be full, one jump or a steady one will not")
    void volumes() {
        String page = "";
        for (int minute = 0; minute <= 20; minute++) {
            double free = 1_000_000 - 1_000.0 * minute;
            var now = Instant.EPOCH.plusSeconds(60L * minute);
            page = page(out -> figures.volume("wal", free, 2_000_000, now, out));
        }
        assertThat(page)
                .contains(line("volume_free_bytes", ",role=\"wal\"", "980000"))
                .contains(line("volume_full_eta_seconds", ",role=\"wal\"", "58800"))
                .contains(line("wal_volume_full_eta_seconds", "", "58800"));
        for (int minute = 0; minute <= 20; minute++) {
            double free = minute < 4 ? 500_000 : 400_000;
            var now = Instant.EPOCH.plusSeconds(60L * minute);
            page = page(out -> figures.volume("data", free, 2_000_000, now, out));
        }
        assertThat(page).contains("volume_free_bytes").doesNotContain("full_eta");
    }

    @Test
    @DisplayName("processors are busy by the time between two looks")
    void cpu() {
        assertThat(page(out -> figures.cpu("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1", out)))
                .isEmpty();
        assertThat(page(out -> figures.cpu("cpu  130 0 70 840 60 0 0 0 0 0", out)))
                .contains(line("cpu_used_ratio", "", "0.5"));
        assertThat(page(out -> figures.cpu("nonsense", out))).isEmpty();
    }

    @Test
    @DisplayName("memory, swap, load, kills and pressure")
    void texts() {
        assertThat(
                        page(out -> {
                            figures.memory(
                                    "MemTotal: 1000 kB\nMemAvailable: 250 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
                                    out);
                            figures.load("1.50 1.0 0.9 1/200 4711\n", 2, out);
                            figures.virtualMemory("pgfault 1\noom_kill 3\n", out);
                            figures.pressure(
                                    "io",
                                    "some avg10=9.00 avg60=2.50 avg300=0.1 total=1\nfull avg10=0.00 avg60=0 avg300=0 total=0\n",
                                    out);
                        }))
                .contains(line("memory_available_ratio", "", "0.25"))
                .contains(line("swap_used_ratio", "", "0"))
                .contains(line("load_per_core", "", "0.75"))
                .contains(line("oom_kills_total", "", "3"))
                .contains(line("pressure_ratio", ",resource=\"io\"", "0.025"));
    }

    @Test
    @DisplayName(
            "a disk's latency is of the requests between two looks; parts of disks are left out")
    void disks() {
        String first = "8 0 sda 100 0 0 1000 50 0 0 500 0 0 0\n8 1 sda1 1 0 0 1 1 0 0 1 0 0 0\n";
        String second = "8 0 sda 110 0 0 1050 50 0 0 500 0 0 0\n8 1 sda1 2 0 0 9 1 0 0 1 0 0 0\n";
        assertThat(page(out -> figures.disks(first, out))).isEmpty();
        assertThat(page(out -> figures.disks(second, out)))
                .contains(line("disk_latency_seconds", ",device=\"sda\",op=\"read\"", "0.005"))
                .doesNotContain("write", "sda1");
    }
}
