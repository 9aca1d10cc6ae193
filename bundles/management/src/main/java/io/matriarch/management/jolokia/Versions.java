package io.matriarch.management.jolokia;

import org.jolokia.json.JSONObject;
import org.jolokia.server.core.Version;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.service.api.JolokiaContext;
import org.jolokia.server.core.service.request.AbstractRequestHandler;
import org.jolokia.server.core.util.RequestType;

/** Which Jolokia this is; its own handler can be made by its own service manager only. */
final class Versions extends AbstractRequestHandler {
    private static final int FIRST = -1;

    private final JolokiaContext context;

    Versions(JolokiaContext context) {
        super("version", FIRST);
        this.context = context;
    }

    @Override
    public boolean canHandle(JolokiaRequest request) {
        return request.getType() == RequestType.VERSION;
    }

    @Override
    public <R extends JolokiaRequest> Object handleRequest(R request, Object before) {
        var answer = new JSONObject();
        answer.put("agent", Version.getAgentVersion());
        answer.put("protocol", Version.getProtocolVersion());
        answer.put("id", context.getAgentDetails().getAgentId());
        answer.put("details", context.getAgentDetails().toJSONObject());
        answer.put("info", new JSONObject());
        return answer;
    }
}
