package io.matriarch.backup.restore;

import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;

/**
 * What keeps a restored server from taking itself for the one it was copied from. Its files name
 * places of the old one, and the standbys it would wait for are not its own.
 */
final class Apart {
    private Apart() {}

    /**
     * @param data a directory whose restore is done
     */
    static void settle(Path data) throws MatriarchException {
        var settings = new LinkedHashMap<String, String>();
        settings.put("synchronous_standby_names", "");
        settings.put("primary_conninfo", "");
        settings.put("primary_slot_name", "");
        for (String file : new String[] {"pg_hba", "pg_ident"}) {
            Path own = data.resolve(file + ".conf");
            if (Files.exists(own)) settings.put(file.replace("pg_", "") + "_file", own.toString());
        }
        var text = new StringBuilder("# It stands alone, apart from the cluster it was:\n");
        settings.forEach((key, value) ->
                text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
        Path auto = data.resolve("postgresql.auto.conf");
        try {
            Files.writeString(auto, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            Durability.force(auto);
        } catch (IOException e) {
            throw Places.failed("writing " + auto, e);
        }
    }
}
