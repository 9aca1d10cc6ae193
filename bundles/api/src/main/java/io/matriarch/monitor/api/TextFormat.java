package io.matriarch.monitor.api;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * Families as Prometheus reads them. Families of one name are told together, whoever they came
 * from.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">text format</a>
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics</a>
 */
public enum TextFormat {
    /** Prometheus' own text, version 0.0.4: every name as it is. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    /**
     * OpenMetrics 1.0. It demands that a counter's name ends with {@code _total}; the counters of
     * others that do not are told as {@code unknown}, because their names are what dashboards look
     * for.
     */
    OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String TOTAL = "_total";
    private final String contentType;

    TextFormat(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /**
     * The form a reader asks for.
     *
     * @param accept the header {@code Accept}; empty if there is none
     */
    public static TextFormat asked(String accept) {
        return accept.contains("application/openmetrics-text") ? OPENMETRICS : PROMETHEUS;
    }

    public String write(List<Family> families) {
        var byName = new LinkedHashMap<String, List<Family>>();
        for (var family : families)
            if (!family.samples().isEmpty())
                byName.computeIfAbsent(family.metric().name(), _ -> new ArrayList<>()).add(family);
        var text = new StringBuilder(64 * 1024);
        byName.values().forEach(same -> family(text, same));
        if (this == OPENMETRICS) text.append("# EOF\n");
        return text.toString();
    }

    private void family(StringBuilder text, List<Family> same) {
        var metric = same.getFirst().metric();
        String head = head(metric);
        text.append("# HELP ").append(head).append(' ');
        escape(text, metric.help(), this == OPENMETRICS);
        text.append("\n# TYPE ").append(head).append(' ').append(type(metric)).append('\n');
        for (var family : same)
            for (var sample : family.samples()) sample(text, family.metric(), sample);
    }

    /** OpenMetrics names a counter's family without the suffix of its samples. */
    private String head(Metric metric) {
        boolean counter = metric.type() == Metric.Type.COUNTER && metric.name().endsWith(TOTAL);
        return this == OPENMETRICS && counter
                ? metric.name().substring(0, metric.name().length() - TOTAL.length())
                : metric.name();
    }

    private String type(Metric metric) {
        boolean nameless = metric.type() == Metric.Type.COUNTER && !metric.name().endsWith(TOTAL);
        return this == OPENMETRICS && nameless
                ? "unknown"
                : metric.type().name().toLowerCase(Locale.ROOT);
    }

    private static void sample(StringBuilder text, Metric metric, Sample sample) {
        switch (sample) {
            case Sample.Value(var labels, double value) ->
                    line(text, metric, "", labels, "", "", value);
            case Sample.Distribution(var labels, var bounds, var counts, double sum) -> {
                long upTo = 0;
                for (int i = 0; i < counts.size(); i++) {
                    upTo += counts.get(i);
                    if (metric.type() != Metric.Type.HISTOGRAM) continue;
                    String bound = i < bounds.size() ? number(bounds.get(i)) : "+Inf";
                    line(text, metric, "_bucket", labels, "le", bound, upTo);
                }
                line(text, metric, "_sum", labels, "", "", sum);
                line(text, metric, "_count", labels, "", "", upTo);
            }
        }
    }

    private static void line(
            StringBuilder text,
            Metric metric,
            String suffix,
            List<String> values,
            String further,
            String furtherValue,
            double value) {
        text.append(metric.name()).append(suffix);
        char before = '{';
        for (int i = 0; i < values.size(); i++) {
            text.append(before).append(metric.labels().get(i)).append("=\"");
            escape(text, values.get(i), true);
            text.append('"');
            before = ',';
        }
        if (!further.isEmpty()) {
            text.append(before).append(further).append("=\"").append(furtherValue).append('"');
            before = ',';
        }
        if (before == ',') text.append('}');
        text.append(' ').append(number(value)).append('\n');
    }

    private static void escape(StringBuilder text, String value, boolean quotes) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') text.append("\\\\");
            else if (c == '\n') text.append("\\n");
            else if (c == '"' && quotes) text.append("\\\"");
            else text.append(c);
        }
    }

    /** In plain digits, so that a position of the WAL or a time can be read. */
    static String number(double value) {
        if (Double.isNaN(value)) return "NaN";
        if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e15) return Long.toString((long) value);
        return size >= 1e-6 && size < 1e15
                ? new BigDecimal(Double.toString(value)).toPlainString()
                : Double.toString(value);
    }
}
