package io.matriarch.backup.stock;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("long")
@DisplayName("A repository of stock pgBackRest on this machine")
class StockOnThisHostTest extends StockRepositories {
    private static final int PORT = 54_871; // a name of its socket only

    @Override
    protected StockLab lab() throws Exception {
        var lab = HostLab.open(PORT);
        Assumptions.assumeTrue(
                lab.isPresent(),
                "needs pgbackrest and PostgreSQL 13 to 15 (packages pgbackrest, postgresql-15)");
        return lab.get();
    }

    @Override
    protected List<Kind> kinds() {
        return List.of(
                new Kind("none", Map.of(), "none"),
                new Kind(
                        "lz4-encrypted",
                        Map.of("cipher-type", "aes-256-cbc", "cipher-pass", StockLab.PASSPHRASE),
                        "lz4"),
                new Kind(
                        "zst-bundled-encrypted",
                        Map.of(
                                "bundle",
                                "y",
                                "cipher-type",
                                "aes-256-cbc",
                                "cipher-pass",
                                StockLab.PASSPHRASE),
                        "zst"));
    }
}
