import { Component, type ReactNode } from 'react';
import { Button } from './controls';

interface ErrorBoundaryProps {
  readonly sentence: string;
  readonly again: string;
  readonly children: ReactNode;
}

/** Instead of an empty panel: that drawing failed, with what, and a way to try again. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="empty" role="alert">
        <p>{this.props.sentence}</p>
        <pre className="evidence">{error.message}</pre>
        <Button onPress={() => this.setState({ error: null })}>{this.props.again}</Button>
      </div>
    );
  }
}
