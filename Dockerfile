# docker build -t punch .
#
# The image holds one static binary and nothing else. `--target prebuilt FOLDER` makes the same image from a folder that
# holds an already published static `punch`, without the SDK image.
#
# A server has to see its clients' own addresses, which port mappings of some engines hide: docker run --network host punch serve

FROM scratch AS runtime
USER 65532:65532
EXPOSE 6311/udp 3478/udp 3478/tcp
ENTRYPOINT ["/punch"]

FROM runtime AS prebuilt
COPY punch /punch

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends clang cmake libssl-dev lld make zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/Punch.Cli -c Release --use-current-runtime -p:PunchStatic=true -o /out

FROM runtime
COPY --from=build /out/punch /punch
