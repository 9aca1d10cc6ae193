package io.matriarch.backup.format;

import java.util.List;

/** An info file somebody edited, with the checksum made right again. */
public final class Rechecksummed {
    private Rechecksummed() {}

    public static String text(List<String> lines) {
        var checksum = new InfoChecksum();
        var out = new StringBuilder();
        String section = "";
        for (String line : lines) {
            if (line.startsWith("[")) section = line.substring(1, line.length() - 1);
            int end = keyEnd(line);
            if (line.startsWith("backrest-checksum=")) {
                out.append("backrest-checksum=\"").append(checksum.hex()).append("\"\n");
                continue;
            }
            if (end > 0 && !line.startsWith("["))
                checksum.add(section, line.substring(0, end), line.substring(end + 1));
            out.append(line).append('\n');
        }
        return out.toString();
    }

    private static int keyEnd(String line) {
        for (int i = line.indexOf('='); i >= 0; i = line.indexOf('=', i + 1))
            if (JsonReader.isValue(line, i + 1)) return i;
        return -1;
    }
}
