package io.matriarch.alerting.form;

import io.matriarch.alerting.api.Severity;

/** A sheet as HTML: no script, no image, nothing from elsewhere; every value escaped. */
final class Html {
    private Html() {}

    static String of(Letters.Sheet sheet, Severity severity) {
        var html = new StringBuilder(2048);
        html.append("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>")
                .append(escaped(sheet.headline()))
                .append("</title></head>")
                .append("<body style=\"font-family:sans-serif;font-size:14px;color:#222\">")
                .append(
                        "<h2 style=\"font-size:18px;margin:0 0 8px;padding-left:8px;border-left:6px solid ")
                .append(colour(sheet, severity))
                .append("\">")
                .append(escaped(sheet.headline()))
                .append("</h2>\n");
        for (var remark : sheet.remarks())
            html.append("<p style=\"margin:4px 0;color:#555\">")
                    .append(escaped(remark))
                    .append("</p>\n");
        for (var block : sheet.blocks()) block(html, block);
        html.append("<p style=\"margin:12px 0 0\">");
        for (var line : sheet.closing()) html.append(escaped(line)).append("<br>\n");
        return html.append("</p></body></html>\n").toString();
    }

    private static String colour(Letters.Sheet sheet, Severity severity) {
        if (sheet.blocks().stream().allMatch(Letters.Block::over)) return "#2e7d32";
        return switch (severity) {
            case CRITICAL -> "#b71c1c";
            case WARNING -> "#e65100";
            case INFO -> "#1565c0";
        };
    }

    private static void block(StringBuilder html, Letters.Block block) {
        html.append("<h3 style=\"font-size:15px;margin:16px 0 4px\">")
                .append(block.fresh() ? "<strong>NEW</strong> " : "")
                .append(escaped(block.title()))
                .append("</h3>\n<table style=\"border-collapse:collapse\">\n");
        for (var line : block.lines()) {
            html.append("<tr><td style=\"vertical-align:top;padding:2px 12px 2px 0;color:#555\">")
                    .append(escaped(line.name()))
                    .append("</td><td style=\"padding:2px 0\">");
            for (int i = 0; i < line.values().size(); i++) {
                if (i > 0) html.append("<br>");
                value(html, line.values().get(i), line.commands());
            }
            html.append("</td></tr>\n");
        }
        html.append("</table>\n");
    }

    private static void value(StringBuilder html, String value, boolean command) {
        if (command) html.append("<code>").append(escaped(value)).append("</code>");
        else if (value.matches("https?://[^\\s\"'<>]+"))
            html.append("<a href=\"")
                    .append(escaped(value))
                    .append("\">")
                    .append(escaped(value))
                    .append("</a>");
        else html.append(escaped(value));
    }

    static String escaped(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
