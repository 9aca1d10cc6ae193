package io.matriarch.dcs.etcd;

import io.matriarch.dcs.Await;
import io.matriarch.dcs.DcsContract;
import io.matriarch.dcs.api.Dcs;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("etcd")
class EtcdDcsContractTest extends DcsContract {
    private static EtcdServer server;
    private static EtcdDcs dcs;

    @BeforeAll
    static void start() throws Exception {
        EtcdServer.needed(EtcdDcsContractTest.class);
        server = EtcdServer.start();
        dcs = new EtcdDcs(EtcdSettings.plain(List.of(server.uri)));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            dcs.close();
            server.close();
        }
    }

    @Override
    protected Dcs dcs() {
        return dcs;
    }

    @Override
    protected void timeGoesOnUntil(String what, Await.Condition condition) throws Exception {
        Await.until(what, condition);
    }
}
