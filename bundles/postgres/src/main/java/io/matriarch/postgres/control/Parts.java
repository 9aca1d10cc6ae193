package io.matriarch.postgres.control;

import io.matriarch.postgres.core.NodeSettings;

/** What the operations on one server share. */
record Parts(
        NodeSettings node,
        RunAs runAs,
        Programs programs,
        Binaries binaries,
        DataDir dir,
        Processes processes,
        WalInspector wal,
        WalArchive archive,
        StaleLocks locks,
        ServerProcess process,
        ConfigFiles files,
        LocalSessions sessions,
        States states,
        Turn turn) {

    static Parts of(NodeSettings node, RunAs runAs) {
        var programs = new Programs(runAs);
        var binaries = new Binaries(node, programs);
        var dir = new DataDir(node.dataDir(), runAs, programs, binaries);
        var processes = new Processes(node.dataDir());
        var wal = new WalInspector(node.dataDir(), programs, binaries);
        var files = new ConfigFiles(node, dir, programs, binaries, runAs);
        var locks = new StaleLocks(node.dataDir(), processes);
        return new Parts(
                node,
                runAs,
                programs,
                binaries,
                dir,
                processes,
                wal,
                new WalArchive(dir, files, programs, binaries),
                locks,
                new ServerProcess(node, runAs, binaries, processes, dir, wal, locks),
                files,
                new LocalSessions(node, processes),
                new States(),
                new Turn());
    }
}
