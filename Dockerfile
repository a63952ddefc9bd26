# docker build -t punch .
#
# The image holds one static binary and nothing else. `--target prebuilt FOLDER` makes the same image from a folder that
# holds an already published static `punch`, without the SDK image.
#
# A server has to see its clients' own addresses, which port mappings of some engines hide: docker run --network host punch serve

# For the same bytes again, name the image by its digest: --build-arg SDK=mcr.microsoft.com/dotnet/sdk@sha256:...
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0

FROM scratch AS runtime
USER 65532:65532
EXPOSE 6311/udp 3478/udp 3478/tcp
ENTRYPOINT ["/punch"]

FROM runtime AS prebuilt
COPY punch /punch

FROM ${SDK} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends clang cmake libssl-dev lld make zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# What `punch --version -v` tells: the clone itself stays outside. docker build --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT=
RUN dotnet publish src/Punch.Cli -c Release --use-current-runtime -p:PunchStatic=true "-p:SourceRevisionId=$COMMIT" -o /out

FROM runtime
COPY --from=build /out/punch /punch
