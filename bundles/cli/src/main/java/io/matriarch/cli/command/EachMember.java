package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Member;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same request to several members, one after another. */
final class EachMember {

    private EachMember() {}

    /**
     * Goes on after a failure: the others are no worse off for it.
     *
     * @return 0, or the exit status of the first failure
     */
    static int change(
            Root root,
            List<Member> members,
            String what,
            String method,
            String path,
            @Nullable Object body,
            Duration patience)
            throws MatriarchException {
        Code first = null;
        for (Member member : members) {
            try {
                var session = root.session();
                String text =
                        session.change(session.at(member), what, method, path, body, patience);
                root.say(member.name() + ": " + text);
            } catch (MatriarchException e) {
                root.warn(member.name() + ": " + e.getMessage());
                root.surroundings()
                        .err()
                        .println("hint: " + io.matriarch.cli.core.Plain.of(e.hint()));
                if (first == null) first = e.code();
            }
        }
        return first == null ? 0 : first.exitStatus();
    }
}
