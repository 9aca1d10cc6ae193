package io.matriarch.backup.restore;

import io.matriarch.backup.format.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives files the owner and mode of the backup. Only root can give them away; to anybody else they
 * belong already. A name this machine does not know is left out.
 */
final class Owners {
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };
    private final Map<String, Optional<UserPrincipal>> users = new ConcurrentHashMap<>();
    private final Map<String, Optional<GroupPrincipal>> groups = new ConcurrentHashMap<>();
    private final Map<String, Set<PosixFilePermission>> modes = new ConcurrentHashMap<>();
    private final Path somewhere;
    private final boolean root;

    Owners(Path somewhere) {
        this.somewhere = somewhere;
        this.root = "root".equals(System.getProperty("user.name"));
    }

    /**
     * @param attributes complete: defaults filled in
     * @param modified null: as it is
     */
    void apply(Path file, Attributes attributes, @Nullable FileTime modified) throws IOException {
        if (root) owner(file, attributes);
        if (attributes.mode() != null)
            Files.setPosixFilePermissions(
                    file, modes.computeIfAbsent(attributes.mode(), Owners::permissions));
        if (modified != null) Files.setLastModifiedTime(file, modified);
    }

    void owner(Path file, Attributes attributes) throws IOException {
        if (!root) return;
        var view =
                Files.getFileAttributeView(
                        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var user = known(attributes.user(), users, this::user);
        if (user.isPresent()) view.setOwner(user.get());
        var group = known(attributes.group(), groups, this::group);
        if (group.isPresent()) view.setGroup(group.get());
    }

    private interface LookUp<P> {
        P find(String name) throws IOException;
    }

    private static <P> Optional<P> known(
            @Nullable String name, Map<String, Optional<P>> cache, LookUp<P> lookUp)
            throws IOException {
        if (name == null || name.equals(Attributes.NOBODY)) return Optional.empty();
        var cached = cache.get(name);
        if (cached != null) return cached;
        Optional<P> found;
        try {
            found = Optional.of(lookUp.find(name));
        } catch (UserPrincipalNotFoundException e) {
            found = Optional.empty();
        }
        cache.put(name, found);
        return found;
    }

    private UserPrincipal user(String name) throws IOException {
        return somewhere
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(name);
    }

    private GroupPrincipal group(String name) throws IOException {
        return somewhere
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(name);
    }

    /** Of an octal mode; sticky and set-id bits are not of PostgreSQL's files. */
    static Set<PosixFilePermission> permissions(String mode) {
        int bits = Integer.parseInt(mode, 8);
        var set = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BITS.length; i++) if ((bits & 1 << i) != 0) set.add(BITS[i]);
        return set;
    }
}
