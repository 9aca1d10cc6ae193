package io.matriarch.management.jmx;

import java.lang.reflect.Method;
import java.util.Arrays;
import javax.management.MBeanException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ReflectionException;
import javax.management.StandardEmitterMBean;

/**
 * An MXBean that serves the texts of {@link Description}, the names of its parameters and {@link
 * Impact}. Which notifications it sends, its emitter says.
 */
final class Described extends StandardEmitterMBean {
    private final Class<?> type;
    private final Watch watch;

    <T> Described(T bean, Class<T> type, NotificationBroadcasterSupport emitter, Watch watch) {
        super(bean, type, true, emitter);
        this.type = type;
        this.watch = watch;
    }

    /** What changes anything is written down, whoever calls it, also from within this machine. */
    @Override
    public Object invoke(String name, Object[] values, String[] signature)
            throws MBeanException, ReflectionException {
        for (var operation : getMBeanInfo().getOperations())
            if (operation.getName().equals(name)
                    && operation.getImpact() == Impact.CHANGES
                    && values != null
                    && operation.getSignature().length == values.length)
                return changed(operation, name, values, signature);
        return super.invoke(name, values, signature);
    }

    private Object changed(
            MBeanOperationInfo operation, String name, Object[] values, String[] signature)
            throws MBeanException, ReflectionException {
        var bean = "io.matriarch:type=" + type.getSimpleName().replace("MXBean", "");
        var noted = watch.begin(bean, operation, values);
        try {
            Object answer = super.invoke(name, values, signature);
            noted.answered(answer);
            return answer;
        } finally {
            noted.write();
        }
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return type.getAnnotation(Description.class).value();
    }

    @Override
    protected String getDescription(MBeanFeatureInfo info) {
        return info.getDescriptor().getFieldValue(Description.TEXT) instanceof String text
                ? text
                : super.getDescription(info);
    }

    @Override
    protected String getDescription(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return getDescription(parameter);
    }

    /** No interface of ours overloads a name, so name and place are enough. */
    @Override
    protected String getParameterName(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return Arrays.stream(type.getMethods())
                .filter(m -> m.getName().equals(operation.getName()))
                .filter(m -> m.getParameterCount() == operation.getSignature().length)
                .map((Method m) -> m.getParameters()[sequence].getName())
                .findFirst()
                .orElseGet(() -> super.getParameterName(operation, parameter, sequence));
    }

    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return operation.getDescriptor().getFieldValue(Impact.KEY) instanceof Integer impact
                ? impact
                : super.getImpact(operation);
    }
}
