package io.matriarch.alerting.form;

/** A sheet as plain text, in lines a phone can show. */
final class PlainText {
    private static final int NAME = 9;

    private PlainText() {}

    static String of(Letters.Sheet sheet) {
        var text = new StringBuilder(sheet.headline()).append("\n\n");
        for (var remark : sheet.remarks()) text.append(remark).append('\n');
        for (var block : sheet.blocks()) block(text, block);
        text.append('\n');
        for (var line : sheet.closing()) text.append(line).append('\n');
        return text.toString();
    }

    private static void block(StringBuilder text, Letters.Block block) {
        text.append('\n').append(block.fresh() ? "NEW " : "").append(block.title()).append('\n');
        for (var line : block.lines()) {
            var name = line.name();
            for (var value : line.values()) {
                text.append("  ")
                        .append(name)
                        .append(" ".repeat(Math.max(1, NAME - name.length())));
                text.append(value).append('\n');
                name = "";
            }
        }
    }
}
