#!/usr/bin/env bash
# The image's first argument says what the container is; anything else is a command of qwenvl.
set -euo pipefail
spark="$SPARK_HOME/bin"
case "${1:-}" in
  master)  # of a standalone cluster
    shift
    exec "$spark/spark-class" org.apache.spark.deploy.master.Master "$@"
    ;;
  worker)  # worker spark://MASTER:7077 [--cores N] [--memory SIZE]
    shift
    exec "$spark/spark-class" org.apache.spark.deploy.worker.Worker --work-dir /tmp/work "$@"
    ;;
  submit)
    shift
    exec "$spark/spark-submit" "$@"
    ;;
  driver)  # Kubernetes: what Spark asks of an image in cluster mode
    shift
    exec "$spark/spark-submit" --deploy-mode client --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \
      --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" "$@"
    ;;
  executor)  # Kubernetes
    # SPARK_JAVA_OPT_0, SPARK_JAVA_OPT_1 … hold the options of the JVM in their order.
    options=()
    name=SPARK_JAVA_OPT_0
    while [ -n "${!name:-}" ]; do
      options+=("${!name}")
      name="SPARK_JAVA_OPT_${#options[@]}"
    done
    exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "${options[@]}" "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \
      -cp "$SPARK_HOME/conf:${SPARK_CLASSPATH:+$SPARK_CLASSPATH:}$SPARK_HOME/jars/*" \
      org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
      --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \
      --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \
      --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"
    ;;
  *)
    exec /opt/qwen-vl-spark/qwenvl "$@"
    ;;
esac
